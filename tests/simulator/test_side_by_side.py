"""Works done at the same time: each answer at its place, and a failure said in its own words."""

import os

import pytest

from emploi.simulator.history.parallel import ShareFailed, side_by_side


def test_here_when_there_is_one_processor() -> None:
    assert side_by_side(lambda: "gels", os.getpid, processes=1) == ["gels", os.getpid()]


@pytest.mark.django_db(transaction=True)
def test_each_in_its_process_with_its_answer_at_its_place() -> None:
    here, *pids = [os.getpid(), *side_by_side(os.getpid, os.getpid, processes=2)]
    assert len({here, *pids}) == 3
    assert side_by_side(lambda: 1, lambda: 2, lambda: 3, processes=2) == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_what_fails_is_told() -> None:
    def fail() -> None:
        raise ValueError("un fichier manque")

    with pytest.raises(ShareFailed, match="un fichier manque"):
        side_by_side(lambda: 1, fail, processes=2)
