/** Who a request comes from, once that is proven. */
export interface Principal {
  readonly userId: string
  readonly accountId: string
  /** `arn:aws:iam::ACCOUNT:user/NAME` */
  readonly arn: string
  readonly isAdministrator: boolean
}
