/** The invented boards: floor, quality, field, complaints, leads. */
import type { ServerResponse } from 'node:http'
import { MockProblem, type MockRequest } from './plugin.ts'

export function boards() {
  return {
    stream(_wish: MockRequest, _answer: ServerResponse): boolean {
      return false
    },
    answer(_wish: MockRequest): unknown {
      throw new MockProblem(404, 'not_found')
    }
  }
}
