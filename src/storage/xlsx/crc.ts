/**
 * The CRC-32 of joined bytes from those of the parts (zlib's crc32_combine): what is copied need not be
 * read again. Polynomials over GF(2) are numbers of 32 bits, the highest bit being x⁰.
 */

/** The CRC of `a` followed by `b`, of which `length` is the number of bytes. */
export function joinCrc(a: number, b: number, length: number): number {
  return (multiply(powerOf(8 * length), a) ^ b) >>> 0;
}

const POLYNOMIAL = 0xedb88320;
const ONE = 0x80000000;

function multiply(a: number, b: number): number {
  let product = 0;
  let other = b;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= other;
    other = other & 1 ? (other >>> 1) ^ POLYNOMIAL : other >>> 1;
  }
  return product >>> 0;
}

/** xⁿ, n up to 2³² − 1. */
function powerOf(n: number): number {
  let power = ONE;
  let square = ONE >>> 1;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiply(power, square);
    square = multiply(square, square);
  }
  return power;
}
