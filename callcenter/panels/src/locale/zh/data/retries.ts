export const problem = {
  retries_invalid: '再拨规则有误：间隔、次数超出范围，或时段起点未按先后排列。请更正后再保存。'
}

export const enums = {}
