// A question in a file: the answer is in the page once a guess is given.
import { answerTo } from "./guesses.js"

const LINE = 100 // the width of the line from the guess to the truth

for (const form of document.querySelectorAll("[data-answers]")) {
  const place = document.querySelector("[data-reveal]")
  const field = form.querySelector("input")
  const refused = form.querySelector(".answers__refused")
  const number = form.querySelector("[data-number]")
  const templates = [...document.querySelectorAll("template[data-guess]")]

  function show(stage, refusal = "") {
    for (const one of document.querySelectorAll("[data-stage]")) one.hidden = one.dataset.stage !== stage
    form.querySelector(".answers__skip").hidden = stage === "answer"
    form.classList.toggle("answers--given", stage === "answer")
    if (!number) return
    refused.textContent = refusal
    refused.hidden = !refusal
    number.textContent = stage === "answer" ? number.dataset.again : number.dataset.first
  }

  function reveal(guess, answer) {
    place.replaceChildren(templates.find(({ dataset }) => dataset.guess === guess).content.cloneNode(true))
    if (answer) fill(answer)
    else if (field) field.value = ""
    for (const one of document.querySelectorAll("[data-guessed]")) one.toggleAttribute("hidden", !answer)
    for (const button of form.querySelectorAll(".answer")) {
      button.classList.toggle("answer--right", button.value === form.dataset.correct)
      button.classList.toggle("answer--chosen", button.value === guess)
      button.querySelector(".answer__mark").hidden = button.value !== guess
      if (button.value === guess) button.setAttribute("aria-current", "true")
      else button.removeAttribute("aria-current")
    }
    show("answer")
    place.focus()
  }

  // What depends on the number: the verdict, the line to the truth, and the marks in what stands next to the question.
  function fill({ right, says, shown, gap }) {
    place.querySelector(".reveal").classList.toggle("reveal--wrong", !right)
    place.querySelector(right ? "[data-wrong]" : "[data-right]").remove()
    place.querySelector("[data-says]").textContent = says
    for (const one of document.querySelectorAll("[data-typed]")) one.textContent = shown
    const figure = place.querySelector(".gap")
    figure.hidden = !gap
    if (!gap) return
    const [guessed, measured] = gap.map((one) => LINE * one)
    for (const one of figure.querySelectorAll(".gap__rim, .gap__guess")) one.setAttribute("d", `M${guessed},6h0`)
    figure.querySelector(".gap__truth").setAttribute("d", `M${measured},6h0`)
    figure.querySelector(".gap__between").setAttribute("d", `M${guessed},6H${measured}`)
    for (const one of document.querySelectorAll("line[data-guess-at]")) {
      for (const end of ["x1", "x2"]) one.setAttribute(end, gap[0] * one.dataset.guessAt)
    }
  }

  function guess() {
    if (!field.value.trim()) field.value = ""
    if (!field.reportValidity()) return
    const answer = answerTo(field.value, JSON.parse(form.querySelector(".answers__data").textContent))
    if (!answer.refused) return reveal("number", answer)
    place.replaceChildren()
    show("question", answer.refused)
  }

  for (const button of form.querySelectorAll("button[value]")) button.addEventListener("click", () => reveal(button.value))
  number?.addEventListener("click", guess)
  field?.addEventListener("keydown", (event) => event.key === "Enter" && guess())
  document.querySelector("[data-scriptless]").remove()
  form.hidden = false
}
