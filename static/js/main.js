// Defines the elements. Everything works without them as plain links and forms.
import { BenchLines } from "./elements/bench-lines.js"
import { BusyLine } from "./elements/busy-line.js"
import { CopyText } from "./elements/copy-text.js"
import { DeleteNow } from "./elements/delete-now.js"
import { EmbedDialog } from "./elements/embed-dialog.js"
import { ExactNumbers } from "./elements/exact-numbers.js"
import { FrameHeight } from "./elements/frame-height.js"
import { FrozenFrame } from "./elements/frozen-frame.js"
import { KernelEditor } from "./elements/kernel-editor.js"
import { LanguageLinks } from "./elements/language-links.js"
import { LatePictures } from "./elements/late-pictures.js"
import { LessonFocus } from "./elements/lesson-focus.js"
import { LiveLab } from "./elements/live-lab.js"
import { MapCursor } from "./elements/map-cursor.js"
import { PictureDrop } from "./elements/picture-drop.js"
import { RunningSum } from "./elements/running-sum.js"
import { ServerTiming } from "./elements/server-timing.js"
import { ShareLink } from "./elements/share-link.js"
import { TileGrid } from "./elements/tile-grid.js"
import { TileMenu } from "./elements/tile-menu.js"
import { TrainingSteps } from "./elements/training-steps.js"
import { WeightImport } from "./elements/weight-import.js"
import { adapt } from "./lib/sandbox.js"
import { sharpen } from "./lib/sharpen.js"
import { showLinked } from "./lib/show-opened.js"

// Parts that few pages have: selector, and how it is loaded. Such a page has the script in its head; this is for what is swapped in.
const PARTS = [
  ["camera-view, draw-pad, live-stage", () => import("./parts/live.js")],
  ["fold-wall, wall-board", () => import("./parts/wall.js")],
]

adapt()
customElements.define("bench-lines", BenchLines)
customElements.define("busy-line", BusyLine)
customElements.define("copy-text", CopyText)
customElements.define("delete-now", DeleteNow)
customElements.define("embed-dialog", EmbedDialog)
customElements.define("exact-numbers", ExactNumbers)
customElements.define("frame-height", FrameHeight)
customElements.define("frozen-frame", FrozenFrame)
customElements.define("kernel-editor", KernelEditor)
customElements.define("language-links", LanguageLinks)
customElements.define("late-pictures", LatePictures)
customElements.define("lesson-focus", LessonFocus)
customElements.define("live-lab", LiveLab)
customElements.define("map-cursor", MapCursor)
customElements.define("picture-drop", PictureDrop)
customElements.define("running-sum", RunningSum)
customElements.define("server-timing", ServerTiming)
customElements.define("share-link", ShareLink)
customElements.define("tile-grid", TileGrid)
customElements.define("tile-menu", TileMenu)
customElements.define("training-steps", TrainingSteps)
customElements.define("weight-import", WeightImport)
sharpen()
showLinked()
loadParts()
document.addEventListener("htmx:after:swap", loadParts)

function loadParts() {
  for (const [selector, load] of PARTS) if (document.querySelector(selector)) load()
}
