/** Words that the messages of PostgreSQL 15 are made of, taken from its message catalogue. */
export const MESSAGE_WORDS: ReadonlySet<string> = new Set(
  (
    'abbreviation aborting about above accept accepting accessor acl actions active activity actual added address ' +
    'administrator affix again aggregates ahead algorithm alias alignment allow allowed allows already ambiguous ' +
    'amount an another anycompatible anymore appear appears applied apply archive archived archiving are argument ' +
    'arguments arrays assign associated authenticated authentication automatic automatically autovacuum available ' +
    'average avoid back backend background backup base be because been behavior being belonging beyond bind ' +
    'binding bits bkpimage block blocks body bound bounds brin btree buffer buffers build built but byte bytes ' +
    'calculated callback calls can cancel canceling candidate cannot carriage casts cause caused causes ' +
    'certificate change changed changes channel characters checked checkpoints checks checksum child choose cidr ' +
    'clause clauses cleanup client clientcert code coercible collations collects command commands common compare ' +
    'comparison compatibility compatible compilation compiled complete completed composite compressed ' +
    'concatenation concurrent condition conditional conditions conf configured conflicting conflicts connect ' +
    'connections consider considered consistent constant constants contain containing contains contents context ' +
    'contrecord control controls convert converted corrupt corrupted could crash created creating creation ctype ' +
    'currently custom datatypes datetime dead deadlock debugging declared decoding define defined definition ' +
    'definitions delay deleted deletes denied depend descriptor destination detail details detected determine dh ' +
    'did different digit digits dimension dimensional dimensions direct directories directory disabled disables ' +
    'disk display distance documentation does domains dotted down dropped due dump duplicate duration during ' +
    'dynamic effective either elapsed element elements empty enabled enables encryption ended ends enough ensure ' +
    'entries entry environment eof equal error errors escapes estimate estimator exactly example exceeded exceeds ' +
    'exception exclusion executable executed executing execution exist existing exit exited expected expects ' +
    'explicit explicitly expressions extend extra failed failsafe failure fastpath feature few field fields file ' +
    'files final find finish finished fired fixed flag flags floating flush follow followed fork form formats ' +
    'formatting found fraction frame free fsync future generate generation geqo get gin given got grantor greater ' +
    'gss gssapi has hash have hba here hexadecimal higher history hole host hot how huge hypothetical icu id ident ' +
    'identifier identifiers identify idle ids ignored image implement implementation implemented improper included ' +
    'incompatible incomplete inconsistent incorrect increase increasing indexed infinite infinity info information ' +
    'inheritance inherited initdb initial initialize initialized inserts inside installed insufficient internal ' +
    'interrupted invalid invocation ip it item items its jit junction junk kb keepalive kernel keys kind know ' +
    'larger lc ldap less libraries library libxml link list lists literal loaded locale locate locks log logging ' +
    'logical logs long longer look lookup loss lost low lsn magic main maintenance make making malformed manager ' +
    'many map mark marked mask matches matching maximum may mb md means meant member members memory merging ' +
    'message messages might minimal minimum mismatch misplaced missing modified modifier modifying modules modulus ' +
    'months more most moved moving ms mstype multidimensional multiple multirange multixact multixactid must named ' +
    'namespace nan near necessary need needed negative neither nested never newline non nonce nondeterministic nor ' +
    'number objects obtain oldest once one online open operand operating operation operations operators ordered ' +
    'ordering ordinal origin other output overflow override own ownership packet page pages pam parameters parent ' +
    'parenthesis parse parsing part partitioned partitioning partitions past peer pending per perform performance ' +
    'performed perhaps permanent permission permissions permitted pg pgdata phase physical pid pipe plain plan ' +
    'planner platform platforms please plugin pointer points port portal positive possible postgresql postmaster ' +
    'pre predicate predicates prefix preload present prevent previous private privilege probably problems proceed ' +
    'process processes processing progress promote promotion properly proto protocol provide provided provider ' +
    'provides pseudo publications publisher qualified queries query queue quoted quotes radius raise re reached ' +
    'reading receive received receiver recognized recover recovery recursion redo reduced redundant refer ' +
    'reference referenced register registered regular reindexed relation relations relfilenode remain remainder ' +
    'remote remove removed removing renamed replicated replication report reported reporting represent request ' +
    'requested required requires reserved resource response restarting restore restricted restriction result ' +
    'retrieve retry retrying returned revocation revoked rewrite rewritten roles roll root rotation rules run ' +
    'running same sample scalar scale scan scanned scanning scans scram searching seconds secret see seek segment ' +
    'segments selected selects semaphore send sending sent separate separator serialization servers sessions ' +
    'setting settings shared shell short should shows shut shutdown shutting side signal signature simultaneously ' +
    'single size sizes skipping slot slots small so socket sockets sort sorting source space special specification ' +
    'specified specifies specify ssl sspi stack stale standby started starting starts startup stat state ' +
    'statements status stderr still stop stopping strategy streaming string strings structure subprocess subquery ' +
    'subscript subscripting subscriptions subtract subtransaction subtransactions subtype such superuser ' +
    'superusers supported supports suppress symbolic synchronization synchronous syntax syslog tablespaces take ' +
    'taken target tcp term terminate terminated terminating than that the their them there thesaurus they this ' +
    'those timeline timeout times title tls toast together token too total transactions transition tree triggered ' +
    'triggers truncated try tuning tuple tuples tuplestore turns twice two typed typmod unambiguously ' +
    'unconditional unexpected unicode unix unnamed unquoted unrecognized unsafe unsupported unterminated up ' +
    'updatable updated updates updating upgrade usage use used users uses usually vacuumed vacuuming variable ' +
    'variables vector verification versions via violates wait waiting wal warning was weight were whether which ' +
    'while whole wide will word worker workers would wraparound writer writes writing written wrong wrote yet ' +
    'yield you your zero'
  ).split(' '),
);
