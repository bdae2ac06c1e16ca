// The way of the wall's pictures: the rows slide into their ends, where the sums grow, and the sums grow on into tiles. It moves pictures that
// the server drew, from and to where the page has them; it adds nothing up. Part 0 is the wall, part 1 the tiles.
const GATHERED = 0.6 // the part at which every row has arrived at its end
const SPREAD = 0.5 // how much later the columns at the left set out, of the time that the rows take

const ease = (part) => part * part * (3 - 2 * part)
const within = (part) => Math.min(Math.max(part, 0), 1)
const between = (from, to, part) => from + (to - from) * part

// Lays a canvas over `area`. `bands`: rows with their board and ends, and `tiles`, as rectangles of the window; `boxes`: where the tiles lie in
// their sheet; `pitch`: from one place to the next in the picture of the wall, which has a line of heads, and in that of the sums.
export class WallFlight {
  #context
  #plan

  constructor(area, plan) {
    const { left, top, width, height } = area.getBoundingClientRect()
    const shift = (box) => ({ x: box.left - left, y: box.top - top, width: box.width, height: box.height })
    const bands = plan.bands.map((band) => ({ ...band, board: shift(band.board), ends: shift(band.ends) }))
    this.#plan = { ...plan, bands, tiles: plan.tiles.map(shift) }
    this.canvas = document.createElement("canvas")
    this.canvas.className = "wall__flight values"
    this.#size(width, Math.max(...this.#plan.tiles.map((tile) => tile.y + tile.height), height))
    area.append(this.canvas)
  }

  #size(width, height) {
    this.canvas.width = Math.round(width * devicePixelRatio)
    this.canvas.height = Math.round(height * devicePixelRatio)
    Object.assign(this.canvas.style, { inlineSize: `${width}px`, blockSize: `${height}px` })
    this.#context = this.canvas.getContext("2d")
    this.#context.scale(devicePixelRatio, devicePixelRatio)
  }

  static gathered(part) {
    return part >= GATHERED
  }

  draw(part) {
    this.#context.clearRect(0, 0, this.canvas.width, this.canvas.height)
    for (const band of this.#plan.bands) {
      const arrived = this.#drawColumns(band, within(part / GATHERED))
      this.#drawSums(band, arrived, ease(within((part - GATHERED) / (1 - GATHERED))))
    }
  }

  // All rows move alike, so a column moves as one strip, the last one first. Returns how many have arrived.
  #drawColumns({ first, rows, board, ends }, part) {
    const { picture, columns, pitch } = this.#plan
    const cell = board.width / columns
    let arrived = 0
    for (let column = 0; column < columns; column++) {
      const wait = (1 - (column + 1) / columns) * SPREAD
      const way = ease(within((part - wait) / (1 - SPREAD)))
      const home = board.x + column * cell
      if (way === 1) arrived++
      else if (home < ends.x) this.#context.drawImage(picture, column * pitch, (first + 1) * pitch, pitch, rows * pitch, between(home, ends.x, way), board.y, cell, board.height)
    }
    return arrived
  }

  // At the end of a row stands the sum of what has arrived; once all has, that is the map, which grows on to its tile.
  #drawSums({ first, rows, ends }, arrived, part) {
    const { sums, sheet, boxes, tiles, columns, pitch } = this.#plan
    if (!arrived) return
    const side = ends.height / rows
    for (let row = first; row < first + rows; row++) {
      const to = tiles[row]
      const from = { x: ends.x, y: ends.y + (row - first) * side, width: ends.width, height: side }
      const place = ["x", "y", "width", "height"].map((name) => between(from[name], to[name], part))
      if (arrived < columns) this.#context.drawImage(sums, (columns - arrived) * pitch, row * pitch, pitch, pitch, ...place)
      else this.#context.drawImage(sheet, ...boxes[row], ...place)
    }
  }
}
