/* Comfort only: an appointment dropped on a free slot opens the page that moves it, with this slot already chosen.
   Nothing moves before that page is confirmed; the same page opens from the appointment itself. */
(function () {
  "use strict";

  let moved = null;

  function openSlots(kind) {
    return document.querySelectorAll("[data-slot][data-kind='" + kind + "']");
  }

  function slotUnder(event) {
    const slot = event.target.closest && event.target.closest("[data-slot]");
    return moved && slot && slot.dataset.kind === moved.dataset.kind ? slot : null;
  }

  document.querySelectorAll("[data-move]").forEach(function (item) {
    item.draggable = true;
  });

  document.addEventListener("dragstart", function (event) {
    moved = event.target.closest ? event.target.closest("[data-move]") : null;
    if (!moved) {
      return;
    }
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", moved.textContent.trim());
    moved.classList.add("is-moving");
    openSlots(moved.dataset.kind).forEach(function (slot) {
      slot.classList.add("is-open");
    });
  });

  document.addEventListener("dragover", function (event) {
    const slot = slotUnder(event);
    document.querySelectorAll(".is-over").forEach(function (other) {
      other.classList.toggle("is-over", other === slot);
    });
    if (slot) {
      event.preventDefault();
      slot.classList.add("is-over");
    }
  });

  document.addEventListener("drop", function (event) {
    const slot = slotUnder(event);
    if (slot) {
      event.preventDefault();
      window.location.assign(moved.dataset.move + "?creneau=" + encodeURIComponent(slot.dataset.slot));
    }
  });

  document.addEventListener("dragend", function () {
    document.querySelectorAll(".is-moving, .is-open, .is-over").forEach(function (item) {
      item.classList.remove("is-moving", "is-open", "is-over");
    });
    moved = null;
  });
})();
