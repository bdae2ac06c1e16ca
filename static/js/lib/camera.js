// Asks for the camera, and names why there is none: each reason is a sentence of its own in app/web/script_words.py.
const REASONS = { NotAllowedError: "denied", SecurityError: "denied", NotReadableError: "busy", AbortError: "busy", NotFoundError: "absent", OverconstrainedError: "absent" }
const IDEAL_SIDE = 640

export class NoCamera extends Error {
  constructor(reason) {
    super(reason)
    this.reason = reason
  }
}

export async function openCamera(facingMode) {
  if (self.origin === "null") throw new NoCamera("sandboxed")
  if (!navigator.mediaDevices) throw new NoCamera("insecure")
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: facingMode }, width: { ideal: IDEAL_SIDE }, height: { ideal: IDEAL_SIDE } },
    })
  } catch (error) {
    const reason = REASONS[error.name] ?? "failed"
    throw new NoCamera(reason === "denied" && window.top !== window ? "denied_in_frame" : reason)
  }
}

export function close(stream) {
  for (const track of stream.getTracks()) track.stop()
}

// A camera that does not say where it looks sits on the screen, as those of laptops do: its reader expects a mirror.
export function facesReader(stream) {
  return stream.getVideoTracks()[0].getSettings().facingMode !== "environment"
}
