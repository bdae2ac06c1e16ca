// Shows one step in the equation: copies what its tile holds, its map, its kernel as text and as a picture, its contribution; of a layer of two
// steps also its number and its map between.
import { language } from "./language.js"

export function showEquation(equation, tile) {
  for (const [part, source] of [["map", ".tile__map"], ["kernel", ".tile__kernel"], ["made", ".tile__made"]]) {
    const picture = equation.querySelector(`.equation__${part} .equation__picture`)
    picture?.replaceChildren(tile.querySelector(`${source} > *`).cloneNode(true))
  }
  for (const name of equation.querySelectorAll("[data-name]")) name.textContent = tile.dataset.name
  const { kernel, number, between } = tile.dataset
  const weights = kernel.split(language().numbers.decimal === "." ? /[,;]/ : /[;|]/)
  equation.querySelectorAll(".taps td").forEach((cell, index) => {
    cell.textContent = weights[index]
    cell.className = weights[index].startsWith("+") ? "taps__more" : weights[index].startsWith("−") ? "taps__less" : ""
  })
  if (number === undefined) return
  equation.querySelector("[data-number]").textContent = number
  equation.querySelector(".equation__between .sprite").setAttribute("viewBox", between)
}
