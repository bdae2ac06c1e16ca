// Defines the elements. Everything works without them as plain links and forms.
import { FoldWall } from "./elements/fold-wall.js"
import { CopyText } from "./elements/copy-text.js"
import { ExactNumbers } from "./elements/exact-numbers.js"
import { LiveLab } from "./elements/live-lab.js"
import { MapCursor } from "./elements/map-cursor.js"
import { PictureDrop } from "./elements/picture-drop.js"
import { RunningSum } from "./elements/running-sum.js"
import { TileGrid } from "./elements/tile-grid.js"

customElements.define("fold-wall", FoldWall)
customElements.define("copy-text", CopyText)
customElements.define("exact-numbers", ExactNumbers)
customElements.define("live-lab", LiveLab)
customElements.define("map-cursor", MapCursor)
customElements.define("picture-drop", PictureDrop)
customElements.define("running-sum", RunningSum)
customElements.define("tile-grid", TileGrid)
