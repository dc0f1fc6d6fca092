import { server, type QueryOf, type Schema } from '@/kit/http'

export type Review = Schema<'ReviewOut'>
export type ReviewState = Schema<'ReviewState'>
export type Verdict = Schema<'ReviewVerdict'>
export type CardItem = Schema<'CardItemOut'>

export const reviews = (query: QueryOf<'/reviews'>) => server.GET('/reviews', { params: { query } })
export const card = () => server.GET('/reviews/card')
export const claim = (review_id: number) => server.POST('/reviews/{review_id}/claim', { params: { path: { review_id } } })
export const release = (review_id: number) => server.POST('/reviews/{review_id}/release', { params: { path: { review_id } } })
export const decide = (review_id: number, body: Schema<'VerdictIn'>) =>
  server.POST('/reviews/{review_id}/verdict', { params: { path: { review_id } }, body })
