/** Words that name no variable, and the variables whose absence makes programs say them. */
export interface Pair {
  readonly rule: string;
  readonly pattern: RegExp;
  /** Names, or whole beginnings of names with a `*`. */
  readonly names: readonly string[];
}

/** Made when a failure asks. */
export function pairs(): readonly Pair[] {
  return [
    {
      rule: "ssh-agent",
      pattern: /could not open a connection to your authentication agent|permission denied \(publickey/i,
      names: ["SSH_AUTH_SOCK"],
    },
    {
      rule: "certificate-authority",
      pattern:
        /unable to get local issuer certificate|unable_to_get_issuer_cert|self[- ]signed certificate|certificate verify failed|unable to verify the first certificate|certificate signed by unknown authority|UnknownIssuer/i,
      names: [
        ...["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"],
        ...["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO"],
      ],
    },
    {
      rule: "proxy",
      pattern:
        /could not resolve (?:host|proxy)|name or service not known|temporary failure in name resolution|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|no such host\b|nodename nor servname/i,
      names: [
        ...["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"],
        ...["ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"],
      ],
    },
    {
      rule: "git-token",
      pattern:
        /could not read (?:username|password)\b|terminal prompts disabled|authentication failed for 'http/i,
      names: ["GITHUB_TOKEN", "GH_TOKEN", "GITLAB_TOKEN", "GIT_TOKEN", "GIT_ASKPASS", "GH_ENTERPRISE_TOKEN"],
    },
    {
      rule: "aws-credentials",
      pattern:
        /unable to locate credentials|could not load credentials from any provider|nocredentialserror|NoCredentialProviders/i,
      names: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_*"],
    },
    {
      rule: "google-credentials",
      pattern:
        /could not automatically determine credentials|default credentials were not found|could not load the default credentials/i,
      names: ["GOOGLE_APPLICATION_CREDENTIALS"],
    },
    {
      rule: "model-key",
      pattern:
        /could not resolve authentication method|invalid api key . please run \/login|not logged in\b.{0,80}\/login/i,
      names: ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"],
    },
    {
      rule: "npm-token",
      pattern: /^npm (?:error|ERR!) code (?:E401|ENEEDAUTH)\b/,
      names: ["NPM_TOKEN", "NODE_AUTH_TOKEN", "NPM_CONFIG_USERCONFIG"],
    },
    {
      rule: "docker-host",
      pattern: /cannot connect to the docker daemon|failed to connect to the docker api/i,
      names: ["DOCKER_HOST", "DOCKER_CONTEXT"],
    },
    {
      rule: "kubeconfig",
      pattern: /connection to the server localhost:8080 was refused/i,
      names: ["KUBECONFIG"],
    },
    {
      rule: "display",
      pattern: /(?:cannot|can't|unable to|failed to) open display|no display name\b/i,
      names: ["DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"],
    },
    {
      rule: "session-bus",
      pattern: /failed to connect to (?:session )?bus/i,
      names: ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"],
    },
    {
      rule: "terminal",
      pattern: /error opening terminal: unknown|terminal is not fully functional/i,
      names: ["TERM"],
    },
    {
      rule: "python-path",
      pattern: /^(?:E {2,})?ModuleNotFoundError: /,
      names: ["PYTHONPATH", "PYTHONHOME"],
    },
    { rule: "node-path", pattern: /\bcannot find (?:module|package)(?= ["'][^./])/i, names: ["NODE_PATH"] },
    { rule: "perl-path", pattern: /^Can't locate \S+ in @INC/, names: ["PERL5LIB"] },
    {
      rule: "ruby-path",
      pattern: /cannot load such file -- [^./\s]/,
      names: ["RUBYLIB", "GEM_PATH", "GEM_HOME"],
    },
    {
      rule: "library-path",
      pattern: /error while loading shared libraries/,
      names: ["LD_LIBRARY_PATH"],
    },
    {
      rule: "database-password",
      pattern: /fe_sendauth: no password supplied/,
      names: ["PGPASSWORD", "PGPASSFILE"],
    },
  ];
}
