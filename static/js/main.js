// Defines the elements. Everything works without them as plain links and forms.
import { PictureDrop } from "./elements/picture-drop.js"
import { TileGrid } from "./elements/tile-grid.js"

customElements.define("picture-drop", PictureDrop)
customElements.define("tile-grid", TileGrid)
