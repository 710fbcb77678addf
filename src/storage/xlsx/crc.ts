/**
 * The CRC-32 of joined bytes from those of the parts (zlib's crc32_combine, and its inverse): what is copied need not be
 * read again. Polynomials over GF(2) are numbers of 32 bits, the highest bit being x⁰.
 */

/** The CRC of `a` followed by `b`, of which `length` is the number of bytes. */
export function joinCrc(a: number, b: number, length: number): number {
  return (multiply(powerOf(8 * length), a) ^ b) >>> 0;
}

/** The CRC of `a`, given those of `a` followed by `b` and of `b`. */
export function cutCrcEnd(whole: number, b: number, length: number): number {
  // x has the order 2³² − 1: so many steps on is as many back.
  return multiply(powerOf(ORDER - ((8 * length) % ORDER)), (whole ^ b) >>> 0);
}

/** The CRC of `b`, given those of `a` followed by `b` and of `a`. */
export function cutCrcStart(whole: number, a: number, length: number): number {
  return (whole ^ multiply(powerOf(8 * length), a)) >>> 0;
}

const ORDER = 0xffffffff;
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
