/** An amount in 分 (1/100 yuan), always a safe integer. */
export type Fen = number;
