/** The hidden command that holds the servers of `otter demo --keep`. */
export const KEEPER_COMMAND = 'demo-servers';
