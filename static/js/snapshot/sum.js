// A running sum in a file: plays, steps and scrubs through pictures that the server drew. It adds nothing up.
const SLOW_MS = 900 // the first three steps, and the rests at the bias, the activation and the pool
const SLOW_STEPS = 3
const LONGEST_MS = 12_000

function running(root) {
  const one = (name) => root.querySelector(name)
  const [slider, play, label, pin] = [".folded__slider", ".folded__play", ".folded__label", ".folded__pin"].map(one)
  const steps = [...root.querySelectorAll(".folded__all li")]
  const tiles = [...root.querySelectorAll(".tile--part")]
  const answers = [...root.querySelectorAll(".folded__answers input")]
  const between = root.dataset.decimal === "." ? /[,;]/ : /[;|]/ // weights of a row, and rows
  const last = steps.length - 1
  const rests = steps.filter(({ dataset: { kind } }) => kind !== "sum").length
  let timer

  function show(step) {
    const { dataset, textContent } = steps[step]
    const count = Number(dataset.count)
    slider.value = step
    slider.setAttribute("aria-valuetext", textContent)
    label.textContent = textContent
    if (pin) pin.textContent = dataset.pin
    say("sum")
    one(".folded__steps").hidden = step === last
    one(".folded__whole").hidden = step !== last
    one(".folded__steps .sprite").setAttribute("viewBox", dataset.box)
    one(".folded__sum .legend__beyond").textContent = dataset.beyond
    for (const tile of tiles) {
      const its = Number(tile.dataset.step)
      tile.classList.toggle("tile--out", its > count)
      tile.classList.toggle("tile--added", dataset.kind === "sum" && its === count)
    }
    for (const bar of root.querySelectorAll(".shares__bar")) {
      bar.classList.toggle("shares__bar--out", Number(bar.dataset.step) > count)
      bar.classList.toggle("shares__bar--added", dataset.kind === "sum" && Number(bar.dataset.step) === count)
    }
    form(tiles.find((tile) => Number(tile.dataset.step) === Math.max(count, 1)))
  }

  // A wrong answer stands in the place of the sum until a step of the sum is shown.
  function say(answer) {
    for (const each of answers) each.checked = each.value === answer
    for (const each of root.querySelectorAll("[data-answer]")) each.hidden = each.dataset.answer !== answer
    root.classList.toggle("folded--wrong", answer !== "sum")
    if (answer !== "sum") for (const name of [".folded__steps", ".folded__whole"]) one(name).hidden = true
  }

  // The map, its kernel and the contribution of the step at hand.
  function form(tile) {
    if (!tile) return
    const parts = one(".formed").querySelectorAll(".formed__part:not(.formed__part--kernel)")
    for (const [part, name] of [[parts[0], ".tile__map"], [parts[1], ".tile__made"]]) {
      part.replaceChildren(tile.querySelector(`${name} .sprite`).cloneNode(true))
    }
    one(".formed__part--kernel")?.replaceChildren(tile.querySelector(".tile__kernel .sprite").cloneNode(true))
    const numbers = tile.dataset.kernel?.split(between) ?? []
    for (const [place, cell] of root.querySelectorAll(".taps td").entries()) {
      const text = numbers[place]
      cell.textContent = text
      cell.className = text.startsWith("+") ? "taps__more" : text.startsWith("\u2212") ? "taps__less" : ""
    }
    if (tile.dataset.number) one(".formed__number b").textContent = tile.dataset.number
    one(".formed__name").textContent = tile.dataset.name
  }

  function pause() {
    clearTimeout(timer)
    timer = undefined
    play.textContent = root.dataset.play
  }

  function go(step) {
    pause()
    show(Math.min(Math.max(step, 0), last))
  }

  function pace() {
    const step = Number(slider.value)
    const quick = Math.max(last - SLOW_STEPS - rests, 1)
    if (step < SLOW_STEPS || step + 1 > last - rests) return SLOW_MS
    return Math.min(SLOW_MS, (LONGEST_MS - SLOW_MS * (SLOW_STEPS + rests)) / quick)
  }

  function next() {
    timer = setTimeout(() => {
      show(Number(slider.value) + 1)
      if (Number(slider.value) < last) next()
      else pause()
    }, pace())
  }

  play.addEventListener("click", () => {
    if (timer) return pause()
    if (Number(slider.value) === last) show(0)
    play.textContent = root.dataset.pause
    next()
  })
  for (const each of answers) {
    each.addEventListener("change", () => {
      const { value } = each
      go(Number(slider.value))
      say(value)
    })
  }
  slider.addEventListener("input", () => go(Number(slider.value)))
  for (const button of root.querySelectorAll(".folded__step")) {
    button.addEventListener("click", () => go(Number(slider.value) + Number(button.dataset.by)))
  }
  for (const tile of tiles) tile.addEventListener("click", () => go(Number(tile.dataset.step)))
  addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.closest("button, a, summary, input:not([type=range])")) return
    event.preventDefault()
    play.click()
  })
  for (const control of [play, slider, ...root.querySelectorAll(".folded__step, .folded__answers")]) control.hidden = false
  show(Number(slider.value))
}

for (const root of document.querySelectorAll("[data-fold]")) running(root)
