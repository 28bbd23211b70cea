// SPDX-License-Identifier: Apache-2.0
// Photos: made smaller on the phone, upright and without what the camera wrote into them; plates are read by the site.

const LONGEST_PX = 1600;
const QUALITY = 0.85;

/** A smaller JPEG of a picture; drawn anew, so that neither place nor device is left in it. */
export async function smaller(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", QUALITY);
  });
}

/** The plates that the site reads in a photo, the surest first; none without a connection. */
export async function platesIn(blob, csrf) {
  const headers = { "Content-Type": "application/octet-stream", "X-CSRF-Token": csrf };
  try {
    const answer = await fetch("/api/v1/sightings/plates", { method: "POST", headers, body: blob });
    return answer.ok ? await answer.json() : [];
  } catch {
    return [];
  }
}
