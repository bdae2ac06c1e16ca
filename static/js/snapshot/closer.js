// What is under the cursor stands enlarged, with its words: a map of a grid, or a picture of a wall.
import { crossHair } from "./cross-hair.js"

function closer(root) {
  const large = root.querySelector(".closer__picture .sprite")
  const words = root.querySelector(".closer__words")

  for (const tile of root.querySelectorAll("[data-closer]")) {
    const show = () => {
      for (const each of root.querySelectorAll("[data-closer][aria-current]")) each.removeAttribute("aria-current")
      tile.setAttribute("aria-current", "true")
      large.setAttribute("viewBox", tile.querySelector(".sprite").getAttribute("viewBox"))
      words.textContent = tile.dataset.closer
    }
    for (const name of ["focus", "click", "pointerenter"]) tile.addEventListener(name, show)
    if (tile.hasAttribute("aria-current")) show()
  }
  for (const board of root.querySelectorAll("[data-board]")) walking(board, root, large, words)
}

// A wall has thousands of pictures: one element with a cross-hair, not one for each.
function walking(board, root, large, words) {
  const { columns, rows, pitch, side, says } = board.dataset
  const names = JSON.parse(root.querySelector(".closer__names").textContent)
  const each = JSON.parse(root.querySelector(".closer__means").textContent)
  const area = board.querySelector(".walled__board")
  const mark = board.querySelector(".walled__mark")
  const at = [Number(board.dataset.row), Number(board.dataset.column)]

  function show() {
    const [row, column] = at
    const [x, y] = [column * pitch + 1, (row + 1) * pitch + 1]
    large.setAttribute("viewBox", `${x} ${y} ${side} ${side}`)
    mark.setAttribute("x", column)
    mark.setAttribute("y", row)
    mark.removeAttribute("visibility")
    const mean = each[row][column]
    words.textContent = (mean === "" ? board.dataset.nothing : says)
      .replace("{column}", () => names.columns[column])
      .replace("{row}", () => names.rows[row])
      .replace("{mean}", mean)
  }

  crossHair(board, area, { rows, columns, height: rows, width: columns, at }, show)
  board.addEventListener("focus", show)
  show()
}

for (const root of document.querySelectorAll(".closer")) closer(root)
