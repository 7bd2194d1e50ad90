"""« Ma journée » in a browser: what has nothing in it is put away in one line, once every block is there."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.architecture.house import PRODUCT

SCRIPT = Path(PRODUCT / "foundation/ui/static/ui/ui.js").read_text(encoding="utf-8")
EMPTY = '<div class="empty"><p class="empty-title">Rien</p></div>'


def panel(title: str, body: str) -> str:
    return f"""<section class="panel"><header><h2 class="panel-title"><svg></svg><a href="#">{title}</a>
        <span class="panel-count">0</span></h2></header><div class="panel-body">{body}</div></section>"""


DAY = f"""
    <div class="day day-columns" id="journee">
      <div class="day-now">{panel("Mes rendez-vous du jour", "<p>Votre agenda ne se lit plus. <a>Voir</a></p>" + EMPTY)}
        {panel("Présences à noter", EMPTY)}</div>
      <div class="day-due">{panel("À recevoir", '<ul class="rows"><li>Nadia</li></ul>')}</div>
      <div class="day-rest">{panel("Fichiers de la caisse", EMPTY + "<p><a>Suite des fichiers</a></p>")}
        <div class="loader">…</div></div>
    </div>
    <details class="day-quiet" data-folds="#journee" hidden><summary>Rien à faire pour l’instant :
      <span data-folded-names></span></summary><div data-folded></div></details>"""
SWAPPED = """document.body.dispatchEvent(new CustomEvent("htmx:afterSwap", {
  bubbles: true, detail: {target: document.body, elt: document.body}}))"""


def opened(browser: Browser) -> Page:
    page = browser.new_page()
    page.set_content(DAY)
    page.add_script_tag(content=SCRIPT)
    page.evaluate(SWAPPED)
    return page


def test_nothing_moves_while_a_block_is_still_loading(browser: Browser) -> None:
    page = opened(browser)
    expect(page.locator("details")).to_be_hidden()
    assert page.locator("#journee .panel").count() == 4


def test_empty_blocks_end_in_one_line_and_can_be_opened(browser: Browser) -> None:
    page = opened(browser)
    page.evaluate("document.querySelector('.loader').remove()")
    page.evaluate(SWAPPED)
    expect(page.locator("summary")).to_have_text(
        "Rien à faire pour l’instant : Présences à noter, Fichiers de la caisse."
    )
    # A warning beside « rien » is not nothing: that block stays.
    assert page.locator("#journee .panel-title a").all_inner_texts() == ["Mes rendez-vous du jour", "À recevoir"]
    page.locator("summary").click()
    expect(page.get_by_text("Suite des fichiers")).to_be_visible()
