type Env = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for `url`, as curl reads the environment: HTTPS_PROXY (or HTTP_PROXY, for http), small letters first; null
 * where there is none, or where NO_PROXY excepts the host: `*`, a host, a domain with or without its dot, `:port` behind.
 */
export function proxyFor(url: string, env: Env): string | null {
  const { protocol, hostname, port } = new URL(url);
  const secure = protocol === 'https:';
  const proxy = secure ? env.https_proxy || env.HTTPS_PROXY : env.http_proxy || env.HTTP_PROXY;
  if (!proxy) return null;
  const host = hostname.toLowerCase();
  const at = port || (secure ? '443' : '80');
  const excepted = (env.no_proxy || env.NO_PROXY || '')
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      const [, domain = '', only] = /^\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (domain === '' || (only !== undefined && only !== at)) return false;
      return domain === '*' || host === domain || host.endsWith(`.${domain}`);
    });
  return excepted ? null : /^[a-z]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}
