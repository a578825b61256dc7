/** Operators of JavaScript that look at no more than two values: `==`, `in` and `instanceof` do. */
export const COMPUTED: ReadonlySet<string> = new Set(
  "=== !== < <= > >= + - * / % ** & | ^ << >> >>>".split(" "),
);

/** The value of one of the operators in `COMPUTED`. @throws RangeError for another one */
export function compute(op: string, left: unknown, right: unknown): unknown {
  const [a, b] = [left as number, right as number];
  switch (op) {
    case "===":
      return left === right;
    case "!==":
      return left !== right;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "**":
      return a ** b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "<<":
      return a << b;
    case ">>":
      return a >> b;
    case ">>>":
      return a >>> b;
    default:
      throw new RangeError(`${op} is no operator that is computed here.`);
  }
}
