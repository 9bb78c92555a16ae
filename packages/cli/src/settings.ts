/**
 * The settings of commands. Each is described once, under its name: its flag and its help, its line
 * in the table that a command prints before it starts, and with that its place in the JSON
 * document.
 */
import { Option, type Command } from 'commander';

/** The values of settings by their names. */
type ValuesByName = Readonly<Record<string, unknown>>;

/** A line of the table: its name, and its text for the setting's value and those of all others. */
type Row<Value> = readonly [name: string, text: (value: Value, all: ValuesByName) => string];

/** One setting. `Value` includes `undefined` where the flag may be missing. */
export interface Setting<Value> {
  /** As commander writes them, such as `-e, --epochs <n>`. */
  readonly flags: string;
  readonly help: string;
  /** The values there are, where they are few. */
  readonly choices: readonly string[] | undefined;
  /** Reads a value, where it is not any text or one of the choices. */
  readonly parse: ((text: string) => Value) | undefined;
  /** The value where the flag is missing. */
  readonly fallback: Value | undefined;
  /** `undefined` if the line of another setting tells. */
  readonly row: Row<unknown> | undefined;
}

/** A setting as it is described; the rest is left out where there is none. */
type SettingInit<Value> = Pick<Setting<Value>, 'flags' | 'help'> &
  Partial<Pick<Setting<Value>, 'choices' | 'parse' | 'fallback'>> & { readonly row?: Row<Value> };

/** Describes a setting. */
export function setting<Value>(init: SettingInit<Value>): Setting<Value> {
  const { flags, help, choices, parse, fallback, row } = init;
  // Rows are only ever called with the value of their own setting.
  return { flags, help, choices, parse, fallback, row: row as Row<unknown> | undefined };
}

/** Settings by their names. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

type ValueOf<S> = S extends Setting<infer Value> ? Value : never;

/** The values of settings, as commander passes them to a command. */
export type Values<S extends Settings> = {
  readonly [Name in keyof S as undefined extends ValueOf<S[Name]> ? never : Name]: ValueOf<S[Name]>;
} & {
  readonly [Name in keyof S as undefined extends ValueOf<S[Name]> ? Name : never]?: Exclude<
    ValueOf<S[Name]>,
    undefined
  >;
};

/** A flag whose value goes by the name of its setting: that of `--lr` is `learningRate`. */
class SettingFlag extends Option {
  readonly #name: string;

  constructor(name: string, { flags, help, choices, parse, fallback }: Setting<unknown>) {
    super(flags, help);
    this.#name = name;
    if (choices) this.choices(choices);
    if (parse) this.argParser(parse);
    if (fallback !== undefined) this.default(fallback);
  }

  override attributeName(): string {
    return this.#name;
  }
}

/** Adds the flags of settings to a command. */
export function addSettings(command: Command, settings: Settings): Command {
  for (const [name, description] of Object.entries(settings)) {
    command.addOption(new SettingFlag(name, description));
  }
  return command;
}

/** The table of settings. */
export function settingRows(settings: Settings, values: ValuesByName): [string, string][] {
  return Object.entries(settings).flatMap(([name, { row }]): [string, string][] =>
    row ? [[row[0], row[1](values[name], values)]] : [],
  );
}

/** The settings as part of the JSON document. */
export function settingsDocument(settings: Settings, values: ValuesByName): ValuesByName {
  return Object.fromEntries(Object.keys(settings).map((name) => [name, values[name]]));
}
