/** The runtime's names for a certificate that is not accepted, and for whatever else breaks TLS. */
export const certificateFault = /CERT|SIGNATURE|SELF_SIGNED|ALTNAME|SSL|TLS|EPROTO/;
