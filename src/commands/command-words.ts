import type { CommandSpec, OptionSpec, OptionValues } from './command.ts';

/**
 * A command line as words, without the leading `funnel`: the verb, its arguments in order, its options. What commander
 * reads of them is `args` and `options` again.
 */
export function commandWords(
  spec: Pick<CommandSpec, 'name' | 'options'>,
  args: readonly (string | readonly string[] | undefined)[],
  options: OptionValues,
): readonly string[] {
  const words = args.flatMap((arg) => arg ?? []);
  const flags = spec.options.flatMap((option) => optionWords(option, options));
  // A word that begins with a dash is no option behind `--`.
  return words.some((word) => word.startsWith('-'))
    ? [spec.name, ...flags, '--', ...words]
    : [spec.name, ...words, ...flags];
}

function optionWords({ flags }: OptionSpec, options: OptionValues): readonly string[] {
  const flag = /--[a-z-]+/.exec(flags)?.[0] ?? '';
  const isNegated = flag.startsWith('--no-');
  const name = flag
    .slice(isNegated ? '--no-'.length : '--'.length)
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const value = options[name];
  if (isNegated) return value === false ? [flag] : [];
  if (value === true) return [flag];
  const values = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
  return values.flatMap((each) => flagWords(flag, each));
}

/** One flag with its value. */
export function flagWords(flag: string, value: string): readonly string[] {
  return value.startsWith('-') ? [`${flag}=${value}`] : [flag, value];
}
