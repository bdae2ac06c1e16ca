// A training in a file: the slider shows the words, the filters and the maps of its step.
function training(root) {
  const slider = root.querySelector(".training__slider")
  const steps = [...root.querySelectorAll("template[data-step]")]
  const labels = [...root.querySelectorAll(".training__steps span")]
  const one = (name) => root.querySelector(name)
  const uses = (name) => [...root.querySelectorAll(`${name} use`)]

  function show() {
    const { content, dataset } = steps[slider.value]
    const put = (place, name) => place.replaceChildren(...content.querySelector(name).cloneNode(true).childNodes)
    put(one(".training__words"), "[data-words]")
    put(one("[data-losses]"), "[data-key]")
    put(one("[data-legend]"), "[data-scale]")
    one(".curves").setAttribute("aria-label", dataset.label)
    for (const end of ["x1", "x2"]) one(".curves__now").setAttribute(end, dataset.x)
    slider.setAttribute("aria-valuetext", dataset.value)
    const [filters, maps] = content.querySelectorAll("use")
    for (const use of uses("[data-filters]")) use.setAttribute("href", filters.getAttribute("href"))
    for (const use of uses("[data-maps]")) use.setAttribute("href", maps.getAttribute("href"))
    const silent = dataset.silent.split(" ")
    for (const [channel, words] of root.querySelectorAll("[data-maps] .tile__silent").entries()) words.hidden = !silent.includes(`${channel}`)
    for (const [place, label] of labels.entries()) label.toggleAttribute("aria-current", place === Number(slider.value))
  }

  slider.addEventListener("input", show)
  for (const [place, label] of labels.entries()) {
    label.addEventListener("click", () => {
      slider.value = place
      show()
    })
  }
}

for (const root of document.querySelectorAll("[data-training]")) training(root)
