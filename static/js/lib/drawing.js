// A drawing as the strokes that made it, so that each of them can be taken back, and so can clearing the paper.
export const PAPER = "#ffffff"

export class Drawing {
  #context
  #strokes = []

  constructor(canvas) {
    this.#context = canvas.getContext("2d", { willReadFrequently: true })
    Object.assign(this.#context, { lineCap: "round", lineJoin: "round" })
    this.#repaint()
  }

  get canUndo() {
    return this.#strokes.length > 0
  }

  get isClear() {
    return !this.#strokes.length || Boolean(this.#strokes.at(-1).clears)
  }

  begin([x, y], { colour, width }) {
    this.#strokes.push({ colour, width, points: [[x, y]] })
    this.#line(this.#strokes.at(-1), 0)
  }

  extend([x, y]) {
    const stroke = this.#strokes.at(-1)
    stroke.points.push([x, y])
    this.#line(stroke, stroke.points.length - 2)
  }

  clear() {
    if (!this.isClear) this.#strokes.push({ clears: true })
    this.#repaint()
  }

  undo() {
    this.#strokes.pop()
    this.#repaint()
  }

  #repaint() {
    const { width, height } = this.#context.canvas
    this.#context.fillStyle = PAPER
    this.#context.fillRect(0, 0, width, height)
    const first = this.#strokes.findLastIndex((stroke) => stroke.clears) + 1
    for (const stroke of this.#strokes.slice(first)) this.#line(stroke, 0)
  }

  // From that point of the stroke to its end; a single point is a dot, which a line of no length would not be.
  #line({ colour, width, points }, first) {
    Object.assign(this.#context, { strokeStyle: colour, lineWidth: width })
    this.#context.beginPath()
    this.#context.moveTo(...points[first])
    if (points.length === 1) this.#context.lineTo(points[0][0] + 0.01, points[0][1])
    for (const point of points.slice(first + 1)) this.#context.lineTo(...point)
    this.#context.stroke()
  }
}
