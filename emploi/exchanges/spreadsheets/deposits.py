"""The door of the first step for partners: the form of a deposit, the file received, where it is on its way."""

from emploi.exchanges.spreadsheets.web.forms import DepositForm
from emploi.exchanges.spreadsheets.web.steps import FILE, steps
from emploi.exchanges.spreadsheets.web.views.common import received

__all__ = ["FILE", "DepositForm", "received", "steps"]
