// The elements of camera and drawing.
import { CameraView } from "../elements/camera-view.js"
import { DrawPad } from "../elements/draw-pad.js"
import { LiveStage } from "../elements/live-stage.js"

customElements.define("camera-view", CameraView)
customElements.define("draw-pad", DrawPad)
customElements.define("live-stage", LiveStage)
