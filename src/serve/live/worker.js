// Holds the connection to the server for all tabs. See connection.js.

const tabs = new Set();
let last = null;

function listen() {
  const source = new EventSource('events');
  source.onmessage = ({ data }) => {
    last = JSON.parse(data);
    for (const tab of tabs) tab.postMessage(last);
  };
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
  };
}

self.onconnect = ({ ports: [tab] }) => {
  tabs.add(tab);
  tab.onmessage = ({ data }) => {
    if (data === 'bye') tabs.delete(tab);
    else if (last) tab.postMessage(last);
  };
  if (last) tab.postMessage(last);
};

listen();
