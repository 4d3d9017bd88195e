/**
 * Whether the bytes of a file match the digest in its name. Browsers compute digests on secure
 * connections only; on others every file passes.
 * @param {string} name
 * @param {ArrayBuffer} bytes
 */
export const matchesDigest = async (name, bytes) => {
  if (!crypto.subtle) return true;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const digits = Array.from(digest.slice(0, 8), (byte) => byte.toString(16).padStart(2, '0'));
  return name.includes(digits.join(''));
};
