/* Comfort only: every page works without this file. No inline script anywhere (strict CSP). */
(function () {
  "use strict";

  // "/" puts the cursor in the global search, Escape closes its panel.
  document.addEventListener("keydown", function (event) {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const field = document.querySelector("[data-shortcut='/']");
    if (event.key === "/" && !typing && field && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
      field.select();
    }
    if (event.key === "Escape") {
      closePanels(null);
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.closest(".topsearch")) {
      moveInSearch(event);
    }
  });

  document.addEventListener("click", function (event) {
    closePanels(event.target);
  });

  function closePanels(target) {
    document.querySelectorAll("details[data-closes][open]").forEach(function (panel) {
      if (!target || !panel.contains(target)) {
        panel.open = false;
      }
    });
    const search = document.getElementById("search-panel");
    if (search && (!target || !target.closest(".topsearch"))) {
      search.replaceChildren();
    }
  }

  function moveInSearch(event) {
    const stops = [document.querySelector(".topsearch input"), ...document.querySelectorAll("#search-panel a")];
    const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (stops.length > 1 && stops[next]) {
      event.preventDefault();
      stops[next].focus();
    }
  }

  // The summary of errors takes the focus, so that it is read first.
  function focusErrors(root) {
    const summary = root.querySelector("[data-error-summary]");
    if (summary) {
      summary.focus();
    }
  }

  // Selection of rows: "all" box, running count, batch buttons off while nothing is chosen.
  function countSelection(form) {
    const boxes = form.querySelectorAll("input[type=checkbox][data-row]");
    const chosen = form.querySelectorAll("input[type=checkbox][data-row]:checked").length;
    form.querySelectorAll("[data-batch-count]").forEach(function (line) {
      line.textContent = chosen + " " + (chosen > 1 ? line.dataset.many : line.dataset.one);
    });
    form.querySelectorAll("[data-needs-selection]").forEach(function (button) {
      button.disabled = chosen === 0;
    });
    const all = form.querySelector("[data-all-rows]");
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
  }

  document.addEventListener("change", function (event) {
    const form = event.target.form;
    if (!form) {
      return;
    }
    if (event.target.matches("[data-all-rows]")) {
      form.querySelectorAll("input[type=checkbox][data-row]").forEach(function (box) {
        box.checked = event.target.checked;
      });
    }
    if (event.target.matches("[data-all-rows], [data-row]")) {
      countSelection(form);
    }
    if (event.target.matches("[data-autosubmit]")) {
      form.requestSubmit();
    }
  });

  // A second click on a button already sending does nothing.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.method === "post") {
      if (form.dataset.sending) {
        event.preventDefault();
      }
      form.dataset.sending = "1";
      setTimeout(function () { delete form.dataset.sending; }, 4000);
    }
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) {
      window.print();
    }
  });

  // Lists on a phone: each row becomes a small card whose cells carry the heading of their column (see .is-stacked).
  // Roles are written down because some browsers forget that a table laid out as blocks is still a table.
  function labelCells(root) {
    root.querySelectorAll("table.table-list:not(.table-figures):not(.is-stacked)").forEach(function (table) {
      const heads = Array.from(table.querySelectorAll("thead th"), function (head) { return head.innerText.trim(); });
      const rows = Array.from(table.tBodies).flatMap(function (body) { return Array.from(body.rows); });
      if (heads.length < 3 || rows.some(function (row) { return row.cells.length !== heads.length; })) {
        return;
      }
      rows.forEach(function (row) {
        row.setAttribute("role", "row");
        Array.from(row.cells).forEach(function (cell, index) {
          cell.setAttribute("role", cell.matches("th") ? "rowheader" : "cell");
          if (cell.matches("td") && !cell.matches(".cell-check") && heads[index] && cell.textContent.trim()) {
            cell.dataset.label = heads[index];
          }
        });
      });
      table.setAttribute("role", "table");
      table.tHead.setAttribute("role", "rowgroup");
      Array.from(table.tHead.rows).forEach(function (row) { row.setAttribute("role", "row"); });
      table.tHead.querySelectorAll("th").forEach(function (head) { head.setAttribute("role", "columnheader"); });
      Array.from(table.tBodies).forEach(function (body) { body.setAttribute("role", "rowgroup"); });
      table.classList.add("is-stacked");
    });
  }

  // "Ma journée": once every block is there, those with nothing to do are put away in one line at the end.
  function foldEmpty(fold) {
    const day = document.querySelector(fold.dataset.folds);
    if (!day || day.querySelector(".loader")) {
      return;
    }
    day.querySelectorAll(".panel").forEach(function (panel) {
      const inside = Array.from(panel.querySelectorAll(":scope > .panel-body > *"));
      if (inside.some(function (child) { return child.matches(".empty"); }) && inside.every(saysNothing)) {
        fold.querySelector("[data-folded]").append(panel);
      }
    });
    const titles = Array.from(fold.querySelectorAll(".panel-title > :is(a, span):not(.panel-count)"), function (title) {
      return title.textContent.trim();
    });
    fold.querySelector("[data-folded-names]").textContent = titles.join(", ") + ".";
    fold.hidden = titles.length === 0;
    const left = Array.from(day.children).filter(function (group) { return group.childElementCount > 0; });
    day.classList.toggle("is-single", left.length < 2 || !left.some(function (group) { return group.matches(".day-due"); }));
  }

  function saysNothing(child) {
    const link = child.querySelector("a");
    return child.matches(".empty") || (child.matches("p") && link && link.textContent.trim() === child.textContent.trim());
  }

  // HTMX: say what changed to those who do not see it, and that something failed to everybody.
  document.addEventListener("htmx:afterSwap", function (event) {
    const spoken = event.detail.target.querySelector("[data-live]") || event.detail.elt.closest("[data-live]");
    const live = document.getElementById("live");
    if (spoken && live) {
      live.textContent = spoken.dataset.live;
    }
    focusErrors(event.detail.target);
    labelCells(document);
    document.querySelectorAll("[data-folds]").forEach(foldEmpty);
  });
  ["htmx:responseError", "htmx:sendError"].forEach(function (name) {
    document.addEventListener(name, function () {
      const live = document.getElementById("live");
      if (live) {
        live.textContent = "La page n’a pas pu être mise à jour. Rechargez-la, rien n’est perdu.";
        live.classList.remove("visually-hidden");
        live.classList.add("notice", "notice-danger", "notice-floating");
      }
    });
  });

  focusErrors(document);
  labelCells(document);
  document.querySelectorAll("form").forEach(countSelection);
})();
