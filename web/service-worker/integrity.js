// Digests and checksums of files.

/** @param {BufferSource} bytes */
export const digest = async (bytes) => {
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('');
};

/**
 * Whether a file's content has the digest that begins with `sum`. Without one, it must be a valid
 * data file.
 * @param {ArrayBuffer} bytes
 * @param {string} sum
 */
export const isIntact = async (bytes, sum) =>
  sum ? (await digest(bytes)).startsWith(sum) : isDataFile(bytes);

/**
 * Checks a postcode file, which has no digest of its own, by the length and checksum in its header
 * (crates/model/src/encoding/format.rs).
 * @param {ArrayBuffer} buffer
 */
export const isDataFile = (buffer) => {
  if (buffer.byteLength < 16) return false;
  const view = new DataView(buffer);
  const content = new Uint8Array(buffer, 16);
  const magic = new TextDecoder().decode(new Uint8Array(buffer, 0, 6));
  let sum = -1;
  for (const byte of content) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 && 0xedb88320);
  }
  const length = view.getUint32(8, true);
  const checksum = view.getUint32(12, true);
  return magic === 'RISING' && length === content.length && checksum === ~sum >>> 0;
};

/**
 * Returns a response with these bytes, without the headers that describe the transfer.
 * @param {Response} response
 * @param {ArrayBuffer} bytes
 */
export const withBody = ({ headers: original }, bytes) => {
  const headers = new Headers(original);
  for (const name of ['content-encoding', 'content-length', 'vary']) headers.delete(name);
  return new Response(bytes, { headers });
};

/**
 * Returns the response if it can be read to its end and its content has the digest.
 * @param {Response | undefined} response
 * @param {string} sum
 */
export const intact = async (response, sum) => {
  try {
    const bytes = await response?.arrayBuffer();
    return response && bytes && (await isIntact(bytes, sum))
      ? withBody(response, bytes)
      : undefined;
  } catch {
    return undefined;
  }
};
