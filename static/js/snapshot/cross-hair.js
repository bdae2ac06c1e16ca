// A cross-hair that walks over a grid of `rows` and `columns`, by pointer and by arrow keys, with Shift in long steps.
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }
const FAR = 10

// `area` has the grid in its upper left corner and is `height` and `width` of its cells large. `show` says where the cross-hair is.
export function crossHair(element, area, { rows, columns, height, width, at }, show) {
  const go = (row, column) => {
    at[0] = Math.min(Math.max(row, 0), rows - 1)
    at[1] = Math.min(Math.max(column, 0), columns - 1)
    show()
  }
  const point = ({ clientX, clientY }) => {
    const box = area.getBoundingClientRect()
    go(Math.floor(((clientY - box.top) / box.height) * height), Math.floor(((clientX - box.left) / box.width) * width))
  }
  element.addEventListener("pointermove", point)
  element.addEventListener("pointerdown", point)
  element.addEventListener("keydown", (event) => {
    const by = STEPS[event.key]
    if (!by) return
    event.preventDefault()
    const far = event.shiftKey ? FAR : 1
    go(at[0] + by[0] * far, at[1] + by[1] * far)
  })
}
