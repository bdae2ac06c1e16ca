// The elements of the page of all results.
import { FoldWall } from "../elements/fold-wall.js"
import { WallBoard } from "../elements/wall-board.js"

customElements.define("fold-wall", FoldWall)
customElements.define("wall-board", WallBoard)
