// The way of the wall's pictures: the rows slide into their ends, where the sums grow, and the sums grow on into tiles. It moves pictures that
// the server drew, from and to where the page has them; it adds nothing up. Part 0 is the wall, part 1 the tiles.
const GATHERED = 0.6 // the part at which every row has arrived at its end
const SPREAD = 0.5 // how much later the columns at the left set out, of the time that the rows take

const ease = (part) => part * part * (3 - 2 * part)
const within = (part) => Math.min(Math.max(part, 0), 1)
const between = (from, to, part) => from + (to - from) * part

// Lays a canvas over `area`. `places`: the board, the ends and the tiles, as rectangles of the window; `boxes`: where the tiles lie in their sheet.
export class WallFlight {
  #context
  #plan

  constructor(area, plan) {
    const { left, top, width, height } = area.getBoundingClientRect()
    const shift = (box) => ({ x: box.left - left, y: box.top - top, width: box.width, height: box.height })
    this.#plan = { ...plan, board: shift(plan.board), ends: shift(plan.ends), tiles: plan.tiles.map(shift) }
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
    const arrived = this.#drawColumns(within(part / GATHERED))
    this.#drawSums(arrived, ease(within((part - GATHERED) / (1 - GATHERED))))
  }

  // All rows move alike, so a column moves as one strip. Returns the share that has arrived.
  #drawColumns(part) {
    const { picture, columns, board, ends, strip } = this.#plan
    const cell = board.width / columns
    let arrived = 0
    for (let column = 0; column < columns; column++) {
      const wait = (1 - (column + 1) / columns) * SPREAD
      const way = ease(within((part - wait) / (1 - SPREAD)))
      const home = board.x + column * cell
      if (way === 1) arrived++
      else if (home < ends.x) this.#context.drawImage(picture, column * strip.width, strip.y, strip.width, strip.height, between(home, ends.x, way), board.y, cell, board.height)
    }
    return arrived / columns
  }

  // A sum grows at the end of its row while the row arrives, and then on to its tile.
  #drawSums(arrived, part) {
    const { sheet, boxes, ends, tiles } = this.#plan
    const side = ends.height / tiles.length
    for (const [row, to] of tiles.entries()) {
      const width = between(ends.width * arrived, to.width, part)
      const height = between(side * arrived, to.height, part)
      const x = between(ends.x + ends.width / 2, to.x + to.width / 2, part) - width / 2
      const y = between(ends.y + (row + 0.5) * side, to.y + to.height / 2, part) - height / 2
      if (width > 0) this.#context.drawImage(sheet, ...boxes[row], x, y, width, height)
    }
  }
}
