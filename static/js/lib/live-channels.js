// Shows the channels of a frame, which is what layer 1 reads, where its fold stands open: each as a grey picture, black is 0 and white is 1.
// The weights and the bars of `pad` are those of app/lab/keep/prepare.py.
const LUMA = [0.2126, 0.7152, 0.0722] // of a picture that is read as one channel
const BARS = "#808080"

export async function showChannels(lab, frame) {
  const places = [...lab.querySelectorAll('[id^="tile-0-"] > .tile__map')]
  if (!places.length) return
  const bitmap = await createImageBitmap(frame)
  const { width, height } = bitmap
  const side = Math.max(width, height)
  const context = new OffscreenCanvas(side, side).getContext("2d", { willReadFrequently: true })
  context.fillStyle = BARS
  context.fillRect(0, 0, side, side)
  context.drawImage(bitmap, Math.floor((side - width) / 2), Math.floor((side - height) / 2))
  bitmap.close()
  const { data } = context.getImageData(0, 0, side, side)
  places.forEach((place, channel) => {
    const canvas = place.querySelector("canvas") ?? canvasIn(place)
    Object.assign(canvas, { width: side, height: side })
    canvas.getContext("2d").putImageData(new ImageData(greys(data, places.length === 1 ? undefined : channel), side, side), 0, 0)
  })
}

function canvasIn(place) {
  const canvas = document.createElement("canvas")
  canvas.className = "live-picture"
  canvas.setAttribute("aria-hidden", "true")
  place.append(canvas)
  return canvas
}

function greys(data, channel) {
  const made = new Uint8ClampedArray(data)
  for (let i = 0; i < made.length; i += 4) {
    const grey = channel === undefined ? LUMA[0] * data[i] + LUMA[1] * data[i + 1] + LUMA[2] * data[i + 2] : data[i + channel]
    made[i] = made[i + 1] = made[i + 2] = grey
  }
  return made
}
