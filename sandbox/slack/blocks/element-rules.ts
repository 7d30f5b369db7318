import { dictsIn, isDict } from '../json.ts'
import { optionsOf, sameOption } from './composition.ts'
import { LIMITS } from './limits.ts'
import { lengthOf, type Rule, rule } from './schema.ts'

export const needsOptions = rule(
  (menu) => (menu.options === undefined) === (menu.option_groups === undefined),
  'must provide exactly one of `options` or `option_groups`',
)

export const initialAmongOptions: Rule = (element, pointer) => {
  const options = optionsOf(element)
  const known = (candidate: unknown) =>
    isDict(candidate) && options.some((option) => sameOption(option, candidate))
  const lone =
    element.initial_option !== undefined && !known(element.initial_option)
      ? [{ message: 'must match one of the provided options', pointer: `${pointer}/initial_option` }]
      : []
  const wrong = dictsIn(element.initial_options).flatMap((candidate, index) =>
    known(candidate)
      ? []
      : [
          {
            message: 'must match one of the provided options',
            pointer: `${pointer}/initial_options/${index}`,
          },
        ],
  )
  return [...lone, ...wrong]
}

export const initialWithinLength: Rule = (input, pointer) => {
  if (typeof input.initial_value !== 'string') return []
  const length = lengthOf(input.initial_value)
  const max = typeof input.max_length === 'number' ? input.max_length : LIMITS.inputLength
  const min = typeof input.min_length === 'number' ? input.min_length : 0
  const at = `${pointer}/initial_value`
  if (length > max) return [{ message: `must be less than ${max + 1} characters`, pointer: at }]
  return length < min && length > 0
    ? [{ message: `must be more than ${min - 1} characters`, pointer: at }]
    : []
}

export const minBelowMax = (min: string, max: string): Rule =>
  rule(
    (input) =>
      input[min] !== undefined && input[max] !== undefined && Number(input[min]) > Number(input[max]),
    `\`${min}\` must not be greater than \`${max}\``,
  )
