/**
 * Functions of expressions, as the namespace `math`. Sums, differences, products and quotients are
 * methods of expressions; the functions of these names are for a number that comes first.
 */
export {
  abs,
  add,
  constant,
  divide,
  erf,
  exp,
  log,
  maximum,
  minimum,
  multiply,
  selectGreater,
  sqrt,
  square,
  subtract,
  sum,
  tanh,
} from './expression.ts';
