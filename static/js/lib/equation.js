// Shows one step in the equation: copies what its tile holds, its map, its kernel as text and as a picture, its contribution.
export function showEquation(equation, tile) {
  for (const [part, source] of [["map", ".tile__map"], ["kernel", ".tile__kernel"], ["made", ".tile__made"]]) {
    const picture = equation.querySelector(`.equation__${part} .equation__picture`)
    picture?.replaceChildren(tile.querySelector(`${source} > *`).cloneNode(true))
  }
  for (const name of equation.querySelectorAll("[data-name]")) name.textContent = tile.dataset.name
  const weights = tile.dataset.kernel.split(/[,;]/)
  equation.querySelectorAll(".taps td").forEach((cell, index) => {
    cell.textContent = weights[index]
    cell.className = weights[index].startsWith("+") ? "taps__more" : weights[index].startsWith("−") ? "taps__less" : ""
  })
}
