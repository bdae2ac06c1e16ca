// One tile of a grid takes the focus, and the arrow keys go from tile to tile.
const AHEAD = { ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: (columns) => -columns, ArrowDown: (columns) => columns }

for (const grid of document.querySelectorAll(".grid[data-columns]")) {
  const tiles = [...grid.querySelectorAll("button")]
  const focused = (tile) => {
    for (const each of tiles) each.tabIndex = each === tile ? 0 : -1
  }
  grid.addEventListener("keydown", (event) => {
    const by = AHEAD[event.key]?.(Number(grid.dataset.columns))
    const to = tiles[tiles.indexOf(event.target.closest("button")) + by]
    if (!to) return
    event.preventDefault()
    to.focus()
  })
  grid.addEventListener("focusin", (event) => focused(event.target.closest("button")))
  focused(tiles[0])
}
