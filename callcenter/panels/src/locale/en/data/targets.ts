export const words = {}

export const problem = {}

export const enums = {}
