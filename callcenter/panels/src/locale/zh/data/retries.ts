export const enums = {}
