// Defines the elements. Everything works without them as plain links and forms.
import { LiveLab } from "./elements/live-lab.js"
import { PictureDrop } from "./elements/picture-drop.js"
import { RunningSum } from "./elements/running-sum.js"
import { TileGrid } from "./elements/tile-grid.js"

customElements.define("live-lab", LiveLab)
customElements.define("picture-drop", PictureDrop)
customElements.define("running-sum", RunningSum)
customElements.define("tile-grid", TileGrid)
