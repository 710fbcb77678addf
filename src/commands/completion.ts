import { nearest } from '../core/text.ts';
import { EXIT } from '../exit.ts';
import { Failure } from '../failure.ts';
import type { CommandSpec } from './command.ts';

/** What each shell needs to ask `funnel __complete SHELL INDEX WORD…` (complete.ts), and where it goes. */
const SCRIPTS: Readonly<Record<string, { readonly script: string; readonly install: string }>> = {
  bash: {
    install: '~/.bashrc: source <(funnel completion bash)',
    script: `_funnel() {
  local IFS=$'\\n'
  COMPREPLY=($(funnel __complete bash "$COMP_CWORD" "\${COMP_WORDS[@]}" 2>/dev/null))
}
complete -o default -F _funnel funnel`,
  },
  zsh: {
    install: '~/.zshrc: source <(funnel completion zsh)',
    script: `#compdef funnel
_funnel() {
  local -a lines values shown
  local line
  lines=("\${(@f)$(funnel __complete zsh $((CURRENT - 1)) "\${(@Q)words}" 2>/dev/null)}")
  for line in $lines; do
    values+=("\${line%%$'\\t'*}")
    shown+=("\${line//$'\\t'/  }")
  done
  if (( \${#values} )); then compadd -l -d shown -a values; else _files; fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _funnel funnel`,
  },
  fish: {
    install: '~/.config/fish/config.fish: funnel completion fish | source',
    script: `function __funnel_complete
  set -l words (commandline -opc)
  set -l found (funnel __complete fish (count $words) $words (commandline -ct) 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c funnel -f -a '(__funnel_complete)'`,
  },
  powershell: {
    install: '$PROFILE: funnel.cmd completion powershell | Out-String | Invoke-Expression',
    script: `Register-ArgumentCompleter -Native -CommandName funnel, funnel.cmd -ScriptBlock {
  param($word, $ast, $cursor)
  [Console]::OutputEncoding = [Text.Encoding]::UTF8
  $words = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor -or $_.Extent.Text -eq $word } | ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
  if ($word -eq '') { $words += '""' }
  funnel.cmd __complete powershell ($words.Count - 1) $words 2>$null | ForEach-Object {
    $value, $text = $_ -split "\`t", 2
    $shown = if ($text) { $text } else { $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $shown)
  }
}`,
  },
};

export const SHELLS: readonly string[] = Object.keys(SCRIPTS);

export const completionCommand: CommandSpec = {
  name: 'completion',
  args: '<shell>',
  summary: {
    zh: `打印补全脚本(第一行说明怎么装):按 Tab 补全命令、选项、阶段、编号和客户名称: ${SHELLS.join('、')}`,
    en: `prints the script that lets Tab complete commands, options, stages, ids and customers (its first line says how to install it): ${SHELLS.join(', ')}`,
  },
  brief: {
    zh: `按 Tab 补全命令、选项、阶段、编号和客户名称: ${SHELLS.join('、')}`,
    en: `Tab completes commands, options, stages, ids and customers: ${SHELLS.join(', ')}`,
  },
  writes: false,
  options: [],
  examples: ['completion bash', 'completion zsh', 'completion fish', 'completion powershell'],
  async run(session, [shell]) {
    const wanted = String(shell ?? '').toLowerCase();
    const found = SCRIPTS[wanted === 'pwsh' ? 'powershell' : wanted];
    if (!found) {
      const [near = ''] = nearest(wanted, SHELLS);
      throw new Failure(
        'usage',
        {
          zh: `没有「${shell}」的补全;${near === '' ? `有 ${SHELLS.join('、')}` : `是不是 ${near}?`}`,
          en: `There is no completion for “${shell}”; ${near === '' ? `there are ${SHELLS.join(', ')}` : `did you mean ${near}?`}`,
        },
        { value: String(shell), expected: SHELLS.join(' / ') },
      );
    }
    if (session.options.json) session.json({ shell: wanted, script: found.script });
    else session.print(`# ${found.install}\n${found.script}`);
    return EXIT.done;
  },
};
