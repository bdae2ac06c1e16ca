// A question in a file: the answer is in the page once a guess is given.
for (const form of document.querySelectorAll("[data-answers]")) {
  const reveals = [...document.querySelectorAll("template[data-guess]")]
  const place = document.querySelector("[data-reveal]")

  function reveal(guess, text) {
    const found = reveals.find(({ dataset }) => dataset.guess === guess) ?? reveals.find(({ dataset }) => dataset.guess === "show")
    place.replaceChildren(found.content.cloneNode(true))
    const said = place.querySelector("[data-said]")
    if (said && text) {
      said.textContent = said.dataset.said.replace("{guess}", () => text)
      said.hidden = false
    }
    for (const button of form.querySelectorAll("button[value]")) {
      button.classList.toggle("answer--right", button.value === form.dataset.correct)
      button.classList.toggle("answer--chosen", button.value === guess)
      const mark = button.querySelector(".answer__mark")
      if (mark) mark.hidden = button.value !== guess
      if (button.value === guess) button.setAttribute("aria-current", "true")
      else button.removeAttribute("aria-current")
    }
    form.classList.add("answers--given")
    for (const stage of document.querySelectorAll("[data-stage]")) stage.hidden = stage.dataset.stage === "question"
    place.focus()
  }

  for (const button of form.querySelectorAll("button[value]")) {
    button.addEventListener("click", () => reveal(button.value))
  }
  const field = form.querySelector("input")
  form.querySelector("[data-number]")?.addEventListener("click", () => field.value.trim() && reveal("show", field.value.trim()))
  field?.addEventListener("keydown", (event) => event.key === "Enter" && field.value.trim() && reveal("show", field.value.trim()))
  form.hidden = false
}
