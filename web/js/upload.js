// Content in pieces that fit an input.

// Bytes of a piece: an input has at most 65,216, and the message around a piece takes some.
export const PIECE = 60_000;

// Sends `blob` piece by piece. `progress(sent, total)` is called after each; the notices of the last
// piece are returned.
export async function upload(session, { jobId, cid, blob, progress }) {
  let notices = [];
  for (let offset = 0; offset < blob.length; offset += PIECE) {
    const chunk = blob.subarray(offset, offset + PIECE);
    const values = { jobId, cid, size: blob.length, offset, chunk };
    notices = await session.send("upload", values);
    progress?.(Math.min(offset + PIECE, blob.length), blob.length);
  }
  return notices;
}
