// Creates the element with the content security policy. The policy does not apply to this script,
// which runs first.

var meta = document.createElement('meta');
meta.httpEquiv = 'Content-Security-Policy';
// In a sandboxed frame with an opaque origin, as in AMP pages, WebKit matches nothing with 'self';
// there the policy names the page's origin instead.
meta.content = POLICY.split("'self'").join(self.origin === 'null' ? location.origin : "'self'");
document.head.appendChild(meta);
