/** The host's end of a panel's web view. */
import * as vscode from 'vscode';
import { RpcPeer } from '../../protocol/rpc';
import type { Methods } from '../../protocol/rpc';
import { panelHtml } from './html';

/** Gives a panel its icon and its page, and answers what the page asks; see `connectWebview`. */
export function connectPanel<Host extends Methods, View extends Methods>(
  panel: vscode.WebviewPanel,
  extensionUri: vscode.Uri,
  name: string,
  title: string,
  methods: Host,
): RpcPeer<Host, View> {
  panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icons', 'featurescope.png');
  return connectWebview(panel.webview, extensionUri, name, title, methods);
}

/**
 * Gives a web view, of a panel, an editor or the side bar, its page, and answers what the page asks.
 * @param name - of the bundle in dist/webviews
 * @param methods - all that the page may ask for
 */
export function connectWebview<Host extends Methods, View extends Methods>(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  name: string,
  title: string,
  methods: Host,
): RpcPeer<Host, View> {
  const channel = {
    post: (message: unknown) => void webview.postMessage(message),
    listen: (receive: (message: unknown) => void) => {
      const listener = webview.onDidReceiveMessage(receive);
      return () => void listener.dispose();
    },
  };
  const peer = new RpcPeer<Host, View>(channel, methods);
  webview.html = panelHtml(webview, extensionUri, name, title);
  return peer;
}
