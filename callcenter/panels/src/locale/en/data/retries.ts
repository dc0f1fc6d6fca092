export const problem = {
  retries_invalid: 'The retry rules are wrong: a delay or number is out of its limits, or the parts of the day are out of order. Correct them and save again.'
}

export const enums = {}
