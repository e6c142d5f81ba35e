// Numbers of any length (BigInt) as numerator and denominator, and how they are written.

// Rounded once, exactly, as so many units of the last decimal.
function rounded([above, below], decimals, rounding) {
  const scaled = above * 10n ** BigInt(decimals);
  const whole = scaled / below;
  const twice = 2n * (scaled % below) - below;
  const up = rounding === "half_up" ? twice >= 0n
    : rounding === "half_even" && (twice > 0n || (twice === 0n && whole % 2n === 1n));
  return whole + (up ? 1n : 0n);
}

// 1234567n with 3 decimals as 1.234,567.
function formatted(digits, decimals) {
  const text = String(digits).padStart(decimals + 1, "0");
  const whole = text.slice(0, text.length - decimals).replace(/\B(?=(\d{3})+$)/g, ".");
  return decimals ? whole + "," + text.slice(-decimals) : whole;
}

function exactText([above, below]) {
  let [a, b] = [above, below];
  while (b) [a, b] = [b, a % b];
  return `${above / a}/${below / a}`;
}
