// A file as a stream: pieces that fit an input, strictly in order.

import { cidText } from "./cid.js";

// Bytes of a piece: an input has at most 65,216, and the message around a piece takes some.
export const PIECE = 60_000;

// The offset of `cid` that is due from the acting account; `size` when the file is whole.
async function dueOffset(session, { jobId, cid, size }) {
  const { files } = await session.node.inspect(`jobs/${jobId}/files`);
  const file = files.find(
    (entry) => entry.owner && session.isMe(entry.owner) && entry.cid === cidText(cid),
  );
  if (!file || file.size !== size) return 0;
  return file.whole ? size : file.due;
}

// Sends what is missing of `blob`, which goes as it is under its raw CID. An upload that was broken
// off goes on where it stands. `progress(sent, total)` is called after each piece.
export async function upload(session, { jobId, cid, blob, progress }) {
  const size = blob.length;
  let offset = await dueOffset(session, { jobId, cid, size });
  while (offset < size) {
    const chunk = blob.subarray(offset, offset + PIECE);
    const values = { jobId, cid, size, offset, chunk };
    try {
      await session.send("upload", values);
      offset += chunk.length;
    } catch (error) {
      // An earlier piece was still on its way when the offset was asked for.
      if (error.code !== "outOfOrder") throw error;
      const due = await dueOffset(session, { jobId, cid, size });
      if (due <= offset) throw error;
      offset = due;
    }
    progress?.(offset, size);
  }
}
