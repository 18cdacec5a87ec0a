// Cards of the board can be drawn to another column. It sends the form that every card has, so the
// server decides, asks and answers as it does for those who use the form.

const board = document.querySelector("[data-board]");
let dragged = null;

/** The form of a card, and whether it offers a stage. */
const formOf = (card) => card.querySelector("form");
const canGo = (card, stage) =>
    Boolean(formOf(card)?.querySelector(`option[value="${CSS.escape(stage)}"]`));

function markTargets(card) {
    for (const column of board.querySelectorAll("[data-stage]")) {
        column.classList.toggle("is-target", card !== null && canGo(card, column.dataset.stage));
        column.classList.remove("is-over");
    }
}

if (board) {
    for (const card of board.querySelectorAll("[data-card]")) {
        card.draggable = formOf(card) !== null;
    }

    board.addEventListener("dragstart", (event) => {
        const card = event.target.closest?.("[data-card]");
        if (!card || event.target !== card) {
            return;
        }
        dragged = card;
        event.dataTransfer.effectAllowed = "move";
        // Firefox drags nothing without data. Nothing of the case goes along.
        event.dataTransfer.setData("text/plain", "");
        markTargets(card);
    });

    board.addEventListener("dragend", () => {
        dragged = null;
        markTargets(null);
    });

    board.addEventListener("dragover", (event) => {
        const column = event.target.closest("[data-stage]");
        for (const each of board.querySelectorAll(".is-over")) {
            each.classList.toggle("is-over", each === column);
        }
        if (dragged && column && canGo(dragged, column.dataset.stage)) {
            event.preventDefault();
            column.classList.add("is-over");
        }
    });

    board.addEventListener("drop", (event) => {
        const column = event.target.closest("[data-stage]");
        if (!dragged || !column || !canGo(dragged, column.dataset.stage)) {
            return;
        }
        event.preventDefault();
        const form = formOf(dragged);
        form.elements.to.value = column.dataset.stage;
        form.requestSubmit();
    });
}
